package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Ids that begin with a hyphen are no options.
class DashedNamesTest {
  private static final String ID = "-PARQf1QzSh2IuUgBlPpOA";

  private static List<String> moved(final String... arguments) {
    return List.of(DashedNames.atTheEnd(arguments));
  }

  @Test
  void an_id_goes_where_nothing_is_an_option() {
    assertEquals(
        List.of("explain", "--target", "abc", "--", ID), moved("explain", ID, "--target", "abc"));
    assertEquals(
        List.of("federation", "handles", "show", "--", ID),
        moved("federation", "handles", "show", ID));
  }

  @Test
  void values_of_options_and_options_stay() {
    for (final var same :
        List.of(
            List.of("explain", "2n9c-1", "--target", ID),
            List.of("explain", "--", ID),
            List.of("check", "-h"),
            List.of("settings", "set", "--an-option-that-does-not-exist"))) {
      assertEquals(same, moved(same.toArray(String[]::new)));
    }
  }
}
