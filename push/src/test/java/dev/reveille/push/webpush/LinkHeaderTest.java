package dev.reveille.push.webpush;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Links as services write them, and what is none.
final class LinkHeaderTest {
  private static Optional<String> found(final String... lines) {
    return LinkHeader.target(List.of(lines), "urn:r");
  }

  @Test
  void the_link_with_the_relation_is_found() {
    assertEquals(Optional.of("/r/1"), found("</r/1>;rel=\"urn:r\""));
    assertEquals(Optional.of("/r/1"), found("</r/1>; rel=urn:r"));
    assertEquals(Optional.of("/r/1"), found("< /r/1 > ; title=x ; REL = \"next URN:R\""));
    assertEquals(Optional.of("/r/1"), found("</a>; rel=next, </r/1>; rel=\"urn:r\""));
    assertEquals(Optional.of("/r/1"), found("</a>; rel=next", "</r/1>; rel=urn:r"));
    assertEquals(Optional.of("/r,1;2"), found("</r,1;2>; rel=urn:r"));
  }

  @Test
  void marks_inside_of_quotes_end_nothing() {
    assertEquals(Optional.of("/b"), found("</a>; title=\"x, <y>; rel=urn:r\", </b>; rel=urn:r"));
    assertEquals(Optional.of("/a"), found("</a>; title=\"\\\";\"; rel=urn:r"));
  }

  @Test
  void the_first_rel_of_a_link_counts() {
    assertEquals(Optional.empty(), found("</a>; rel=next; rel=urn:r"));
  }

  @Test
  void what_is_no_link_is_passed_over() {
    for (final var text :
        List.of("", "<", "<a", "<a>", "<a>;", "<a>;rel", "<a>; rel=", "urn:r", ">;rel=urn:r<")) {
      assertEquals(Optional.empty(), found(text), text);
    }
  }
}
