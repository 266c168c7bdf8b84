/// What is kept of users' passwords: a hash by Argon2id, which takes time and memory, so that a
/// stolen file does not tell the passwords soon; and the digests that SIP and HTTP Digest need.
/// [dev.reveille.storage.password.PasswordHashes] is the front.
@NullMarked
package dev.reveille.storage.password;

import org.jspecify.annotations.NullMarked;
