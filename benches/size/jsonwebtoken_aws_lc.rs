//! Verifies a token and signs another for its subject: `size SECRET TOKEN`.

use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER as PROVIDER;

include!("jsonwebtoken.rs");
