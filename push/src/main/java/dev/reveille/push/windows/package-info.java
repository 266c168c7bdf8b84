/// What the two push services of Microsoft share: XML that is always well formed, words that fit
/// into it, and what their answers say in headers.
@NullMarked
package dev.reveille.push.windows;

import org.jspecify.annotations.NullMarked;
