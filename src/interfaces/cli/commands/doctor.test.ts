import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clockCheck, loginCheck, nodeCheck, sqliteCheck } from './doctor.ts';

describe('doctor', () => {
  it('wants Node 24', () => {
    assert.equal(nodeCheck('24.21.0').verdict, 'ok');
    assert.equal(nodeCheck('26.0.0').verdict, 'ok');
    assert.equal(nodeCheck('20.20.2').verdict, 'fail');
  });

  it('refuses an SQLite before the fix of its WAL bug, and one that is not there', () => {
    for (const version of ['3.51.3', '3.53.4', '4.0.0']) assert.equal(sqliteCheck(version).verdict, 'ok');
    for (const version of ['3.51.2', '3.50.2', '3.9.9', '2.99.99'])
      assert.equal(sqliteCheck(version).verdict, 'fail');
    assert.equal(sqliteCheck(undefined).verdict, 'fail');
  });

  it('warns of a server that others reach without a login', () => {
    assert.equal(loginCheck({ host: '127.0.0.1', insecure: false }).verdict, 'ok');
    assert.equal(loginCheck({ host: '0.0.0.0', insecure: true }).verdict, 'warn');
    assert.equal(loginCheck({ host: '0.0.0.0', insecure: false }).verdict, 'fail');
  });

  it('knows a clock that cannot be right', () => {
    assert.equal(clockCheck(0).verdict, 'fail');
    assert.equal(clockCheck(Date.UTC(2027, 0, 1)).verdict, 'ok');
  });
});
