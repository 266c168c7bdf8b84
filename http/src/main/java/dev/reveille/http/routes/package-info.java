/// Which address of an API does what: [PathTable] finds the route of a path, [SpellingSuggestion]
/// what a misspelt word was meant to be, and [TokenBucket] counts how often it is asked.
@NullMarked
package dev.reveille.http.routes;

import org.jspecify.annotations.NullMarked;
