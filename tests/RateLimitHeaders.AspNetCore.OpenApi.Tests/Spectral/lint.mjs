// Checks an OpenAPI document by the rules of the OWASP, and prints what they find.
import { readFileSync } from "node:fs";
import core from "@stoplight/spectral-core";
import owasp from "@stoplight/spectral-owasp-ruleset";

const spectral = new core.Spectral();
spectral.setRuleset({ extends: [owasp] });
const findings = await spectral.run(readFileSync(process.argv[2], "utf8"));
console.log(JSON.stringify(findings.map(({ code, path, message }) => ({ rule: code, path: path.join("/"), message }))));
