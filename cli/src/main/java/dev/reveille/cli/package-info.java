/// The reveille command: speaks only the wire.
@NullMarked
package dev.reveille.cli;

import org.jspecify.annotations.NullMarked;
