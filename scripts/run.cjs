// The first thing every npm script runs, on whatever Node the machine has: makes sure that the packages and the pinned
// Node are there, then hands over to them. Plain CommonJS on purpose: an old Node must be able to read it and say so.
'use strict';

var childProcess = require('child_process');
var crypto = require('crypto');
var fs = require('fs');
var path = require('path');

var root = path.join(__dirname, '..');
var stampFile = path.join(root, 'node_modules', '.almanac-setup');
var pinned = require(path.join(root, 'package.json')).devDependencies.node;
var node = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function stop(message) {
  process.stderr.write('almanac: ' + message + '\n');
  process.exit(1);
}

function wantedStamp() {
  var hash = crypto.createHash('sha256');
  hash.update(fs.readFileSync(path.join(root, 'package-lock.json')));
  return hash.digest('hex') + ' ' + process.platform + ' ' + process.arch;
}

function installed(stamp) {
  return fs.existsSync(node) && fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === stamp;
}

function npm(args) {
  var cli = process.env.npm_execpath;
  var options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
  return cli && /\.c?js$/.test(cli)
    ? childProcess.spawnSync(process.execPath, [cli].concat(args), options)
    : childProcess.spawnSync('npm', args, Object.assign({ shell: process.platform === 'win32' }, options));
}

/** npm's own reason, shortened to its first telling line. */
function reasonOf(result) {
  if (result.error) return result.error.message;
  var lines = ((result.stderr || '') + (result.stdout || ''))
    .split('\n')
    .filter(
      (line) =>
        /npm err/i.test(line) &&
        !/complete log|err(or|!) (code|syscall|errno)\b|^npm err(or|!)\s*$/i.test(line),
    );
  return (lines[0] || 'npm ended with code ' + result.status).replace(/npm err(or|!)\s*/gi, '');
}

function install(stamp) {
  var started = Date.now();
  process.stderr.write(
    'almanac: first run, setting up (packages and Node ' + pinned + ', about 125 MB to download) ...\n',
  );
  var result = npm(['ci', '--no-progress', '--loglevel=error']);
  if (result.status !== 0) {
    stop(
      'set-up failed while downloading packages: ' +
        reasonOf(result) +
        '. Check the network or proxy, then run the same command again.',
    );
  }
  var version = fs.existsSync(node)
    ? childProcess.spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
    : '';
  if (version !== 'v' + pinned) {
    stop(
      'set-up did not bring Node ' +
        pinned +
        ' (npm setting ignore-scripts on?). Run `npm ci --ignore-scripts=false`, then the same command again.',
    );
  }
  fs.writeFileSync(stampFile, stamp);
  process.stderr.write('almanac: set up in ' + Math.round((Date.now() - started) / 1000) + ' s\n');
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  stop(
    'needs Node 20 or newer to set itself up, this is ' +
      process.version +
      '. Install a current Node from your package manager.',
  );
}
var stamp = wantedStamp();
if (!installed(stamp)) install(stamp);

// The pinned Node first on the path, so that child processes find it too.
var env = Object.assign({}, process.env);
env.PATH = path.dirname(node) + path.delimiter + (env.PATH || '');
var child = childProcess.spawn(node, process.argv.slice(2), { stdio: 'inherit', env: env });
['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => {
  process.on(signal, () => {
    child.kill(signal);
  });
});
child.on('exit', (code, signal) => {
  process.exit(code === null ? 128 + (signal === 'SIGINT' ? 2 : 15) : code);
});
