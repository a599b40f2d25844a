import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrivateAddress } from './private-addresses.ts';

test('addresses of this machine and of private networks are known in every way of writing them', () => {
  for (const address of [
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    '[::1]',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fc00::1',
    'fd12::1',
    'fe80::1%eth0',
    'ff02::1',
    'no address',
    '',
  ])
    assert.equal(isPrivateAddress(address), true, address);
  for (const address of [
    '8.8.8.8',
    '172.32.0.1',
    '172.15.0.1',
    '1.1.1.1',
    '2606:4700::1111',
    '::ffff:8.8.8.8',
  ])
    assert.equal(isPrivateAddress(address), false, address);
});
