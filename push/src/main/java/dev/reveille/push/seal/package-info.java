/// Seals what a push says for the installation's own key before a push service sees it: HPKE (RFC
/// 9180) by Bouncy Castle. Push services carry it and cannot read it.
@NullMarked
package dev.reveille.push.seal;

import org.jspecify.annotations.NullMarked;
