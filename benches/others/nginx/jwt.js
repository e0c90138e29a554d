// An HS256 access token, checked as the guides for njs do it.
import crypto from 'crypto';
import fs from 'fs';

const SECRET = fs.readFileSync('PREFIX/key').toString().trim();

function decoded(part) {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
}

function accepted(authorization) {
    const words = (authorization || '').split(' ');
    const parts = (words[1] || '').split('.');
    if (words[0] !== 'Bearer' || parts.length !== 3 || decoded(parts[0]).alg !== 'HS256') {
        return false;
    }
    const tag = crypto.createHmac('sha256', SECRET).update(`${parts[0]}.${parts[1]}`).digest('base64url');
    const claims = decoded(parts[1]);
    return tag === parts[2] && claims.token_type === 'access' && claims.exp > Date.now() / 1000;
}

function check(request) {
    let status = 401;
    try {
        status = accepted(request.headersIn.Authorization) ? 204 : 401;
    } catch (malformed) {
        status = 401;
    }
    request.return(status);
}

export default { check };
