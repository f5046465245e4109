import { describe, expect, test } from 'vitest'
import { emptyRoot, leafHash, merklePath, merkleRoot } from './merkle.ts'
import { chunkRoot, type Head, headHash, headsPerChunk, pathOf } from './proof-rules.ts'
import { verifyInclusion } from '../../../tools/coinop-verify.mjs'

describe('merkleRoot', () => {
  test('makes the roots of the reference test of Certificate Transparency', () => {
    const leaves = ['', '\u0000', '\u0010', ' !', '01', '@ABC', 'PQRSTUVW', '`abcdefghijklmno']
    const hashes = leaves.map(leafHash)
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]
    for (const [index, root] of roots.entries()) {
      expect(merkleRoot(hashes.slice(0, index + 1))).toBe(root)
    }
    expect(merkleRoot([])).toBe(emptyRoot)
    expect(emptyRoot).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(merklePath(0, hashes.slice(0, 1))).toEqual([])
  })

  test('over chunks is the root over all leaves, and every path leads to it', () => {
    for (const count of [1, 2, headsPerChunk, headsPerChunk + 1, 3 * headsPerChunk + 77]) {
      const heads = Array.from({ length: count }, (_, index): Head => [`usr_${index}`, 1, 'ab'])
      const chunks = Array.from({ length: Math.ceil(count / headsPerChunk) }, (_, chunk) =>
        heads.slice(chunk * headsPerChunk, (chunk + 1) * headsPerChunk),
      )
      const roots = chunks.map((chunk) => chunkRoot('prj', chunk))
      const root = merkleRoot(heads.map((head) => headHash('prj', head)))
      expect(merkleRoot(roots)).toBe(root)
      for (const index of [0, 1, count >> 1, count - 2, count - 1]) {
        if (index < 0 || index >= count) continue
        const chunk = { heads: chunks[Math.floor(index / headsPerChunk)]!, roots }
        const path = pathOf('prj', index, chunk)
        const leaf = { projectId: 'prj', walletId: `usr_${index}`, sequence: 1, hash: 'ab' }
        const proof = { ...leaf, index, wallets: count, path, root }
        expect(verifyInclusion(proof), `${index} of ${count}`).toBe(true)
        expect(verifyInclusion({ ...proof, sequence: 2 })).toBe(false)
      }
    }
  })
})
