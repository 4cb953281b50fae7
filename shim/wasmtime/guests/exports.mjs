// A transform of asc: the exported function `run` gets the name that a component's core module has for
// wasi:cli/run, which no identifier can be.
import { Transform } from "assemblyscript/transform";

export default class extends Transform {
  afterCompile(module) {
    const { binaryen } = this;
    const all = Array.from({ length: module.getNumExports() }, (_, i) =>
      binaryen.getExportInfo(module.getExportByIndex(i)),
    );
    for (const { name, value } of all) {
      if (name !== "run") continue;
      module.removeExport(name);
      module.addFunctionExport(value, "wasi:cli/run@0.2.0#run");
    }
  }
}
