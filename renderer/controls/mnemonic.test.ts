import { describe, expect, it } from 'vitest';
import { mnemonicOf } from './mnemonic.ts';

describe('a label', () => {
  it.each([
    ['&Apply', 'Apply', 'A'],
    ['Open &Settings…', 'Open Settings…', 'S'],
    ['Fish && Chips', 'Fish & Chips', ''],
    ['a & b', 'a & b', ''],
    ['', '', ''],
  ])('%j is read as %j with the key %j: a lost letter would mislead whoever listens', (label, text, letter) => {
    expect(mnemonicOf(label)).toMatchObject({ text, letter });
  });
});
