// A DHT of bittorrent-dht nodes on the loopback. Says "ready PORT", then obeys lines on its input:
//   get TARGET SALT KEY                  "got SEQ VALUE" or "nothing"
//   put KEY SEED SALT SEQ VALUE SIG      "stored COUNT"; the seed is for others
//   kill COUNT                           "killed"
import DHT from 'bittorrent-dht'
import { createPublicKey, verify } from 'node:crypto'
import { createInterface } from 'node:readline'

const SIZE = Number(process.argv[2])
const SPKI = Buffer.from('302a300506032b6570032100', 'hex')
const hex = text => Buffer.from(text, 'hex')
const say = text => process.stdout.write(text + '\n')

const genuine = (signature, value, key) => verify(null, Buffer.from(value), createPublicKey({
  key: Buffer.concat([SPKI, Buffer.from(key)]), format: 'der', type: 'spki'
}), Buffer.from(signature))

const start = bootstrap => new Promise(resolve => {
  const node = new DHT({ bootstrap, verify: genuine })
  node.listen(0, '127.0.0.1', () => resolve(node))
})

const nodes = [await start(false)]
const entrance = `127.0.0.1:${nodes[0].address().port}`
while (nodes.length < SIZE) {
  const node = await start([entrance])
  await new Promise(resolve => node.once('ready', resolve))
  nodes.push(node)
}
say(`ready ${nodes[0].address().port}`)

for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...words] = line.split(' ')
  const node = nodes[nodes.length - 1]
  await new Promise(resolve => {
    const done = text => { say(text); resolve() }
    if (command === 'get') {
      node.get(hex(words[0]), { salt: hex(words[1]), cache: false }, (error, found) =>
        done(error || !found ? 'nothing' : `got ${found.seq} ${Buffer.from(found.v).toString('hex')}`))
    } else if (command === 'put') {
      const [key, , salt, seq, value, signature] = words
      const item = { k: hex(key), salt: hex(salt), seq: Number(seq), v: hex(value), sig: hex(signature) }
      node.put(item, (error, hash, count) => done(error ? `failed ${error.message}` : `stored ${count}`))
    } else if (command === 'kill') {
      nodes.splice(1, Number(words[0])).forEach(victim => victim.destroy())
      done('killed')
    }
  })
}
process.exit(0)
