/// Reaches apps through a push service.
@NullMarked
package dev.reveille.push;

import org.jspecify.annotations.NullMarked;
