/// Journal, inbox, trail, registry and settings on SQLite.
@NullMarked
package dev.reveille.storage;

import org.jspecify.annotations.NullMarked;
