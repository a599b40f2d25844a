import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { projectLike } from '../../test/fixtures/project.ts';
import { defaultDialect, type Mapping } from './dialect.ts';
import { mappedProject, namesInProject, projectMapped } from './mapping.ts';

const shop = projectLike({
  columns: { series: ['site', 'item'], time: 'date', target: 'units', known: ['price'], static: ['item'] },
});
const mapping = (of: Partial<Mapping>): Mapping => ({
  columns: {},
  values: {},
  dialect: defaultDialect,
  ...of,
});

describe('a mapping', () => {
  it('is refused where it names a column that the project does not read', () => {
    const read = (of: Partial<Mapping>) => () => mappedProject(shop, mapping(of), 'erp.json');
    assert.throws(read({ columns: { article: 'Artikel' } }), {
      code: 'data/bad-mapping',
      message:
        'erp.json: columns names "article", which the project does not read; project shop has: site, item, date, units, price',
    });
    assert.throws(read({ values: { units: { none: '0' } } }), /holds times or the demand: say how they are/);
    assert.throws(read({ values: { shelf: {} } }), /values names "shelf", which the project does not read/);
  });

  it('is refused where the demand would be its own covariate, or the time', () => {
    const read = (columns: Record<string, string>) => () =>
      mappedProject(shop, mapping({ columns }), 'erp.json');
    assert.throws(
      read({ units: 'Menge', price: 'Menge' }),
      /"Menge" of the files would be both units and price/,
    );
    assert.throws(read({ units: 'price' }), /"price" of the files would be both units and price/);
    assert.throws(read({ date: 'units' }), /"units" of the files would be both date and units/);
    assert.doesNotThrow(read({ site: 'Ort', item: 'Ort' }), 'a key may be told by one column twice');
  });

  it('takes nothing of how files are written from the project', () => {
    const project = { ...shop, dialect: { ...defaultDialect, decimal: ',' as const, nulls: ['-'] } };
    const { dialect } = mappedProject(project, mapping({}), 'erp.json');
    assert.deepEqual([dialect?.decimal, dialect?.nulls], [null, []]);
  });

  it('is found by its name among those of the project', () => {
    const project = { ...shop, mappings: { erp: mapping({ columns: { item: 'Artikel' } }) } };
    assert.equal(projectMapped(project, 'erp').dialect?.mapped?.columns.item, 'Artikel');
    assert.throws(() => projectMapped(project, 'constructor'), {
      code: 'data/bad-mapping',
      message: 'project shop has no mapping "constructor"; it has: erp',
    });
  });

  it('calls the columns of a file as the project does, and hides what is called like one of its own', () => {
    const mapped = mapping({ columns: { item: 'Artikel', units: 'Menge' } });
    assert.deepEqual(namesInProject(['Artikel', 'units', 'Menge', 'Farbe'], mapped), [
      'item',
      'units',
      'Farbe',
    ]);
  });
});
