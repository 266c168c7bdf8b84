/// Who is connected where: held connections of every kind.
@NullMarked
package dev.reveille.live;

import org.jspecify.annotations.NullMarked;
