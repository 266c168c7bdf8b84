/// Puts the parts together.
@NullMarked
package dev.reveille.server;

import org.jspecify.annotations.NullMarked;
