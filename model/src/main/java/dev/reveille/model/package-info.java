/// What happens and to whom: the words of the trade as records.
@NullMarked
package dev.reveille.model;

import org.jspecify.annotations.NullMarked;
