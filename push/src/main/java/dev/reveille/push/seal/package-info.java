/// Seals what a push says for the installation's own key before a push service sees it: HPKE (RFC
/// 9180) with the JDK's primitives. Push services carry it and cannot read it.
@NullMarked
package dev.reveille.push.seal;

import org.jspecify.annotations.NullMarked;
