/// Digest authentication of SIP (RFC 3261 section 22, RFC 8760): challenges, credentials, and
/// whether credentials fit what is known of a password. Pure functions: nonces, their age and their
/// counts are the caller's.
@NullMarked
package dev.reveille.sip.digest;

import org.jspecify.annotations.NullMarked;
