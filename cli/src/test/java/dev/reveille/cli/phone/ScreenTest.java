package dev.reveille.cli.phone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ScreenTest {
  private final StringWriter out = new StringWriter();

  @Test
  void in_a_terminal_the_last_line_says_how_the_phone_stands() {
    try (var screen = new Screen(new PrintWriter(out), true)) {
      screen.status("anna: foreground");
      screen.print("Hello");
    }
    assertTrue(
        out.toString().contains("\r\u001b[KHello\n\u001b[7m anna: foreground"), out.toString());
    assertTrue(out.toString().endsWith("\r\u001b[K"), "nothing is left on the last line");
  }

  @Test
  void in_a_pipe_there_are_lines_and_nothing_else() {
    try (var screen = new Screen(new PrintWriter(out), false)) {
      screen.status("anna: foreground");
      screen.bell();
      screen.print("Hello");
    }
    assertEquals("Hello\n", out.toString());
  }

  @Test
  void each_key_is_a_line_that_could_be_typed_too() {
    assertEquals("a", Keys.line('a'));
    assertEquals("decline here", Keys.line('D'));
    assertEquals("q", Keys.line(4), "Ctrl-D");
    assertEquals("", Keys.line('x'));
    "fblsadhrq?".chars().forEach(key -> assertFalse(Keys.line(key).isEmpty()));
  }
}
