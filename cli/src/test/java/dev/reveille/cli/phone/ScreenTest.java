package dev.reveille.cli.phone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
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
  void what_others_wrote_cannot_write_over_the_screen() {
    final var text = new StringWriter();
    try (var screen = new Screen(new PrintWriter(text), false)) {
      screen.print("RINGING  C\u001b[2J\u001b]0;x\u0007\r\n   +1 ms  The app says that it has it.");
      screen.status("RINGING: C\u001b[31m");
      screen.printRaw("{\"name\":\"C\u202e\"}");
    }
    assertEquals(
        List.of(
            "RINGING  C\\u001b[2J\\u001b]0;x\\u0007\\r\\n   +1 ms  The app says that it has it.",
            "{\"name\":\"C\u202e\"}"),
        text.toString().lines().toList());
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
    assertEquals("a", KeyBindings.line('a'));
    assertEquals("decline here", KeyBindings.line('D'));
    assertEquals("q", KeyBindings.line(4), "Ctrl-D");
    assertEquals("", KeyBindings.line('x'));
    "fblsadhrq?".chars().forEach(key -> assertFalse(KeyBindings.line(key).isEmpty()));
  }
}
