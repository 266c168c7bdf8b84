package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Position;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Polls that are told the same share an answer, and no others do.
class PollAnswersTest {
  private static final Position HERE = new Position(7, 41);
  private static final Position LATER = new Position(7, 42);

  private final PollAnswers answers = new PollAnswers();

  private Answer of(final Position cursor, final String... frames) {
    return answers.of(
        List.of(frames).stream().map(frame -> frame.getBytes(StandardCharsets.US_ASCII)).toList(),
        cursor);
  }

  @Test
  void the_same_frame_at_the_same_place_is_one_answer_from_the_second_on() {
    final var first = of(HERE, "{\"a\":1}");
    final var second = of(HERE, "{\"a\":1}");

    assertSame(second, of(HERE, "{\"a\":1}"));
    assertEquals(first.toString(), second.toString());
  }

  @Test
  void another_frame_or_another_place_is_another_answer() {
    final var _ = of(HERE, "{\"a\":1}");
    final var shared = of(HERE, "{\"a\":1}");

    assertNotSame(shared, of(HERE, "{\"a\":1}", "{\"a\":1}"));
    assertSame(shared, of(HERE, "{\"a\":1}"));
    assertNotSame(shared, of(HERE, "{\"a\":2}"));
    final var _ = of(HERE, "{\"a\":1}");
    assertNotSame(of(HERE, "{\"a\":1}"), of(LATER, "{\"a\":1}"));
  }
}
