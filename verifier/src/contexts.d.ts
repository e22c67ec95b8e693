declare module "obit:contexts" {
  import type { JsonObject } from "./strict-json.js";
  const contexts: Record<string, JsonObject>;
  export default contexts;
}
