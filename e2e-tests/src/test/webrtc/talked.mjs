/** Says that all was said, and waits for the end of the standard input. */
export async function talked() {
  console.log(JSON.stringify({ talking: true }));
  for await (const _ of process.stdin);
}
