/// Who the peer of a TLS connection is: the domain names that its certificate proves (RFC 5922).
@NullMarked
package dev.reveille.sip.identity;

import org.jspecify.annotations.NullMarked;
