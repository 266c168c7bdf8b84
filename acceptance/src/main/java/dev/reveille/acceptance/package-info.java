/// Founding stories and house rules.
@NullMarked
package dev.reveille.acceptance;

import org.jspecify.annotations.NullMarked;
