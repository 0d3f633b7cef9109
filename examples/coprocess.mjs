// Keeps one tcalc open from Node and talks to it in JSON.
//
// With -0, a program ends with a NUL byte, and so does what it writes. Each line of an answer is a
// JSON object: a result (shape, dtype, data) or, for 2>&1 puts both in one stream, an error.
import { spawn } from "node:child_process";

class Tcalc {
  #waiting = [];
  #received = "";

  constructor() {
    const command = "exec tcalc --no-config -0 --errors json -o jsonl 2>&1";
    this.process = spawn("sh", ["-c", command], { stdio: ["pipe", "pipe", "inherit"] });
    this.process.stdout.setEncoding("utf8");
    this.process.stdout.on("data", (text) => this.#receive(text));
  }

  // The results of a program; rejects with its first error.
  run(program) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.process.stdin.write(program + "\0");
    });
  }

  close() {
    this.process.stdin.end();
  }

  #receive(text) {
    const answers = (this.#received + text).split("\0");
    this.#received = answers.pop();
    for (const answer of answers) {
      const { resolve, reject } = this.#waiting.shift();
      const lines = answer.split("\n").filter(Boolean).map((line) => JSON.parse(line));
      const error = lines.find((line) => "headline" in line);
      if (error) {
        reject(new Error(`${error.line}:${error.column}: ${error.headline}`));
      } else {
        resolve(lines.map((line) => line.data));
      }
    }
  }
}

const tcalc = new Tcalc();
await tcalc.run("w = tensor([1.0, 2.0], requires_grad=True)");
const [loss] = await tcalc.run("loss = (w * w).sum()\nloss.backward()\nloss");
console.log(loss); // => 5
const [gradient, norm] = await tcalc.run("w.grad\nw.grad.norm()");
console.log(gradient, norm); // => [ 2, 4 ] 4.472136
await tcalc.run("w @ w @ w").catch((error) => console.log(error.message.slice(0, 4))); // => 1:1:
const both = await Promise.all([tcalc.run("6 * 7"), tcalc.run("w > 1")]);
console.log(both.flat()); // => [ 42, [ false, true ] ]
tcalc.close();
