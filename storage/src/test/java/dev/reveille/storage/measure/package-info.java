/// Measures the store; run by hand, never as a test.
@NullMarked
package dev.reveille.storage.measure;

import org.jspecify.annotations.NullMarked;
