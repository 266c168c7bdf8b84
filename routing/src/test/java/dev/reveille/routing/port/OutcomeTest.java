package dev.reveille.routing.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static final Path PAGE = Path.of("..", "docs", "protocols", "api.md");
  private static final String HEAD = "| outcome | of | what it says |\n|---|---|---|\n";

  @Test
  void the_page_says_of_every_outcome_what_the_code_says() throws IOException {
    final var page = Files.readString(PAGE);
    final int from = page.indexOf(HEAD) + HEAD.length();
    final var rows = page.substring(from, page.indexOf("\n\n", from) + 1);
    final var wanted = new StringBuilder();
    Arrays.stream(Outcome.values())
        .map(one -> "| `" + one.word() + "` | " + one.ways() + " | " + one.meaning() + " |\n")
        .forEach(wanted::append);
    assertEquals(wanted.toString(), rows);
  }
}
