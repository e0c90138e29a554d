// An edge worker, which has no file system and gets WebAssembly compiled. The platform's bundler makes the import
// below a WebAssembly.Module.
import module from "barejwt/barejwt.wasm";
import { BarejwtError, Key, authenticate, init } from "barejwt/module";

init(module);
let key; // of env, which comes with the first request

export default {
  fetch(request, env) {
    key ??= new Key(env.SECRET);
    const rules = { profile: "jwt", issuer: env.ISSUER };
    try {
      const caller = authenticate(request.headers.get("Authorization"), key, "required", rules);
      return Response.json({ hello: caller.sub });
    } catch (error) {
      if (!(error instanceof BarejwtError) || error.httpStatus === 500) throw error;
      return new Response(`${error.message}\n`, {
        status: error.httpStatus,
        headers: { "WWW-Authenticate": error.challenge() },
      });
    }
  },
};
