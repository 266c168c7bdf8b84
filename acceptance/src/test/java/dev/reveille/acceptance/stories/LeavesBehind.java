package dev.reveille.acceptance.stories;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// On a story that cannot put everything away: the names of the files, as a pattern, and why.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface LeavesBehind {
  String files();

  String why();
}
