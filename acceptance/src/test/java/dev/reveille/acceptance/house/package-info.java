/// The rules of the house as tests: layout of the sources, who may know whom, links that lead
/// somewhere, requirements that a test names, and the two commands at the root.
@NullMarked
package dev.reveille.acceptance.house;

import org.jspecify.annotations.NullMarked;
