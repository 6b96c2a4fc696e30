// A real OpenID provider (the certified oidc-provider) for the tests of single sign-on:
//   node provider.mjs REDIRECT_URI      prints its issuer when it answers
// Whoever signs in as NAME is NAME@council.example; /say/NAME/ROLE gives them a role.
import http from "node:http";
import Provider from "oidc-provider";

const redirect = process.argv[2];
const roles = new Map();
const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "ehcp",
        client_secret: "a secret for tests only",
        redirect_uris: [redirect],
        token_endpoint_auth_method: "client_secret_basic",
      },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username", "name", "roles"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ["for tests only"] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        preferred_username: `${id}@council.example`,
        name: id,
        roles: roles.has(id) ? [roles.get(id)] : [],
      }),
    }),
  });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    const [, say, name, role] = request.url.split("/");
    if (say !== "say") return answer(request, response);
    roles.set(name, role);
    response.end();
  });
  console.log(issuer);
});
