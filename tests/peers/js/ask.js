// Asks a server through the JavaScript clients and prints what came: node ask.js FOLDER-OF-NODE_MODULES URL
const [folder, url] = process.argv.slice(2);
const load = require("node:module").createRequire(folder + "/");
const { InferenceClient } = load("@huggingface/inference");
const { OpenAI } = load("openai");

const messages = [{ role: "user", content: "Hello" }];

async function collected(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

async function main() {
  const hf = new InferenceClient("hf_x", { endpointUrl: url });
  const model = "m";
  const vectors = new InferenceClient("hf_x").endpoint(url + "/pipeline/feature-extraction");
  const openai = new OpenAI({ baseURL: url + "/v1", apiKey: "sk-x" });
  const told = {
    chat: await hf.chatCompletion({ model, messages }),
    stream: await collected(hf.chatCompletionStream({ model, messages })),
    vectors: await vectors.featureExtraction({ inputs: ["Hello", "there"] }),
    openai: await openai.chat.completions.create({ model, messages }),
    openai_stream: await collected(await openai.chat.completions.create({ model, messages, stream: true })),
  };
  console.log(JSON.stringify(told));
}

main();
