/// Makes certificates with which servers try federation.
@NullMarked
package dev.reveille.simulators.authority;

import org.jspecify.annotations.NullMarked;
