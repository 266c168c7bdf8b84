package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.TagExpression.And;
import dev.reveille.model.TagExpression.Has;
import dev.reveille.model.TagExpression.Not;
import dev.reveille.model.TagExpression.Or;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TagExpressionTest {
  private static final TagExpression A = new Has(new Tag("a"));
  private static final TagExpression B = new Has(new Tag("b"));
  private static final TagExpression C = new Has(new Tag("c"));

  @Test
  void operators_bind_as_documented() {
    assertEquals(A, TagExpression.parse(" a "));
    assertEquals(
        new Or(List.of(A, new And(List.of(new Not(B), C)))), TagExpression.parse("a || !b && c"));
    assertEquals(
        new And(List.of(new Or(List.of(A, B)), new Not(new And(List.of(B, C))))),
        TagExpression.parse("(a||b)&&!(b&&c)"));
    assertEquals(new Not(new Not(A)), TagExpression.parse("! ! a"));
    assertEquals(
        new Or(List.of(A, B, C)), TagExpression.parse("(a || (b || c))"), "lies flat in the tree");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "a <- ((a))",
        "a || b || c <- a||(b||c)",
        "a && b && c <- a&&(b&&c)",
        "(a || b) && c <- ((a)||b)&&(c)",
        "!(a || b) <- !(a||b)",
        "!!a <- !(!(a))",
        "a && b || c <- (a&&b)||c",
        "follows_@Team#1.x:y-z <- follows_@Team#1.x:y-z",
        "$InstallationId:{a=b} || $UserId:{8:acs:x} <- $InstallationId:{a=b}||$UserId:{8:acs:x}",
      })
  void the_printed_form_is_the_shortest(final String printed, final String text) {
    assertEquals(printed, TagExpression.parse(text).toString());
    assertEquals(TagExpression.parse(text), TagExpression.parse(printed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "1 a tag is missing <- ''",
        "4 a tag is missing <- '   '",
        "5 a tag is missing <- a &&",
        "1 no tag, ! or ( can begin with this character <- && a",
        "6 no tag, ! or ( can begin with this character <- a || || b",
        "3 && or || must stand here <- a b",
        "2 && or || must stand here <- a|b",
        "2 && or || must stand here <- a&b",
        "2 && or || must stand here <- a!",
        "2 this parenthesis closes none <- a)",
        "1 this parenthesis is not closed <- (a || b",
        "4 &&, || or ) must stand here <- (a b)",
        "2 no tag, ! or ( can begin with this character <- ()",
        "2 a tag is missing <- !",
        "1 no tag, ! or ( can begin with this character <- $Other:{x}",
        "6 a tag that begins with $ is $InstallationId:{...} or $UserId:{...} <- a || $UserId:{x",
        "1 a tag must have 1 to 120 characters, not 0 <- $UserId:{}",
        "2 && or || must stand here <- a,b",
      })
  void a_mistake_is_told_with_its_place(final String complaint, final String text) {
    final var mistake = assertThrows(TagSyntaxException.class, () -> TagExpression.parse(text));
    assertEquals(
        "tag expression, character "
            + complaint.replaceFirst(" ", ": ")
            + "; write for instance (a || b) && !c",
        mistake
            .complaint()
            .replace(
                "; write ) behind what belongs into it", "; write for instance (a || b) && !c"));
    assertTrue(complaint.startsWith(mistake.position() + " "));
  }

  private static String joined(final String operator, final int tags) {
    return Stream.iterate(1, n -> n + 1)
        .limit(tags)
        .map(n -> "t" + n)
        .collect(Collectors.joining(operator));
  }

  @Test
  void twenty_tags_where_or_is_the_only_operator_and_six_elsewhere() {
    assertEquals(20, ((Or) TagExpression.parse(joined("||", 20))).any().size());
    assertEquals(6, ((And) TagExpression.parse(joined("&&", 6))).all().size());
    TagExpression.parse("(" + joined("||", 20) + ")");
    for (final var text :
        List.of(
            joined("||", 21),
            joined("&&", 7),
            "!" + joined("||", 7),
            "a&&(" + joined("||", 6) + ")")) {
      final var mistake = assertThrows(TagSyntaxException.class, () -> TagExpression.parse(text));
      assertTrue(mistake.complaint().contains("send twice"), mistake.complaint());
      assertTrue(mistake.complaint().contains("at most 6 are taken, and 20 where ||"));
    }
    final var same =
        assertThrows(TagSyntaxException.class, () -> TagExpression.parse("a&&".repeat(6) + "a"));
    assertEquals(19, same.position(), "each occurrence counts, and the seventh is pointed at");
  }

  @Test
  void depth_and_length_are_bounded() {
    final int deepest = TagExpression.DEEPEST;
    assertEquals(A, TagExpression.parse("(".repeat(deepest) + "a" + ")".repeat(deepest)));
    assertEquals("a", TagExpression.parse("!".repeat(deepest) + "a").toString().substring(deepest));
    for (final var deep :
        List.of(
            "(".repeat(33) + "a" + ")".repeat(33), "!".repeat(8_000) + "a", "(".repeat(8_000))) {
      final var mistake = assertThrows(TagSyntaxException.class, () -> TagExpression.parse(deep));
      assertEquals(33, mistake.position());
      assertTrue(mistake.complaint().contains("more than 32 deep"), mistake.complaint());
    }
    TagExpression.parse("a" + " ".repeat(8_191));
    assertThrows(TagSyntaxException.class, () -> TagExpression.parse("a" + " ".repeat(8_192)));
  }

  @Test
  void an_operator_joins_two_parts() {
    assertThrows(IllegalArgumentException.class, () -> new And(List.of(A)));
    assertThrows(IllegalArgumentException.class, () -> new Or(List.of()));
  }

  /// The truth table of three tags, all eight rows.
  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "01010101 <- a",
        "10101010 <- !a",
        "00010001 <- a && b",
        "01110111 <- a || b",
        "00000001 <- a && b && c",
        "00011111 <- a && b || c",
        "01010111 <- a || b && c",
        "00000111 <- (a || b) && c",
        "10001000 <- !(a || b)",
        "11101110 <- !(a && b)",
        "00100010 <- !a && b",
      })
  void tags_match_as_in_the_truth_table(final String row, final String text) {
    final var expression = TagExpression.parse(text);
    for (int held = 0; held < 8; held++) {
      final var tags = new java.util.HashSet<Tag>();
      for (int bit = 0; bit < 3; bit++) {
        if ((held >> bit & 1) == 1) {
          tags.add(new Tag(String.valueOf((char) ('A' + bit)))); // case does not matter
        }
      }
      assertEquals(row.charAt(held) == '1', expression.matches(tags), text + " with " + tags);
    }
  }

  @Test
  void tags_are_compared_without_regard_to_case_and_kept_as_written() {
    assertEquals(new Tag("News"), new Tag("nEWS"));
    assertEquals(new Tag("News").hashCode(), new Tag("nEWS").hashCode());
    assertNotEquals(new Tag("news"), new Tag("new"));
    assertEquals("News", new Tag("News").toString());
    assertTrue(TagExpression.parse("NEWS").matches(Set.of(new Tag("news"))));
    assertFalse(TagExpression.parse("news").matches(Collections.emptySet()));
  }

  @Test
  void a_tag_has_120_characters_and_so_has_what_is_in_braces() {
    final var most = "x".repeat(120);
    assertEquals(most, new Tag(most).value());
    assertTrue(Tag.ofInstallation(most).isSpecial());
    assertTrue(Tag.ofUser("ü=1").isSpecial());
    assertFalse(new Tag("ümläut-日本").isSpecial());
    assertThrows(IllegalArgumentException.class, () -> new Tag(most + "x"));
    assertThrows(IllegalArgumentException.class, () -> Tag.ofUser(most + "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "a,b",
        "a=b",
        "a|b",
        "(a)",
        "$a",
        "$UserId:{}",
        "$UserId:{a b}",
        "a\n",
        "a\ud800",
        "{a}"
      })
  void other_texts_are_no_tags(final String text) {
    assertThrows(IllegalArgumentException.class, () -> new Tag(text));
  }

  @Test
  void a_hubs_name_is_one_segment_and_compared_without_regard_to_case() {
    for (final var name : List.of("n", "News-1_2.x", "9", "n".repeat(64))) {
      assertEquals(name, new HubName(name).value());
    }
    assertEquals(new HubName("News"), new HubName("nEWS"));
    assertEquals("news", new HubName("News").folded());
    assertEquals(new HubName("News").hashCode(), new HubName("nEWS").hashCode());
    for (final var name :
        List.of("", ".n", "-n", "_n", "a b", "a/b", "a%62", "ü", "n".repeat(65))) {
      assertThrows(IllegalArgumentException.class, () -> new HubName(name), name);
    }
  }
}
