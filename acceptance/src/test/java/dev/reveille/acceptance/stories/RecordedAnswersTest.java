package dev.reveille.acceptance.stories;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The judge of [RecordedAnswersStory] sees each difference, and each wanted one that is none.
class RecordedAnswersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHANGE_LOG =
      "### Changed\n\n"
          + "- Unknown users are answered with 422 everywhere, as\n"
          + "  events always were.\n";
  private static final String WORDS = "Unknown users are answered with 422 everywhere, as events";
  private static final String RECORDED =
      """
      {"status": 404, "headers": {"content-type": "text/plain"}, "body": {"a": 1, "b": 2}}\
      """;

  private static RecordedAnswers answers(final String answer) throws Exception {
    return new RecordedAnswers(Map.of("users: one", (ObjectNode) JSON.readTree(answer)));
  }

  private static List<String> differences(final String now, final String changes) throws Exception {
    return answers(RECORDED).differences(answers(now), JSON.readTree(changes), CHANGE_LOG);
  }

  private static String change(final String name, final String words, final String answer) {
    return """
    [{"name": "%s", "changelog": "%s", "answer": %s}]\
    """
        .formatted(name, words, answer);
  }

  private static void assertNames(final String words, final List<String> differences) {
    assertEquals(1, differences.size(), differences::toString);
    assertTrue(differences.getFirst().contains(words), differences::toString);
  }

  @Test
  void the_same_answer_is_no_difference() throws Exception {
    assertEquals(List.of(), differences(RECORDED, "[]"));
  }

  @Test
  void each_part_of_an_answer_counts_and_is_named_with_the_request() throws Exception {
    assertNames("status expected 404", differences(RECORDED.replace("404", "422"), "[]"));
    assertNames("headers expected", differences(RECORDED.replace("plain", "html"), "[]"));
    assertNames("body expected", differences(RECORDED.replace("\"b\"", "\"c\""), "[]"));
    assertNames(
        "endsLine expected", differences(RECORDED.replace("}}", "}, \"endsLine\": false}"), "[]"));
    assertNames("\"users: one\"", differences(RECORDED.replace("404", "422"), "[]"));
  }

  @Test
  void fields_in_another_order_are_a_difference() throws Exception {
    assertNames(
        "body expected",
        differences(RECORDED.replace("\"a\": 1, \"b\": 2", "\"b\": 2, \"a\": 1"), "[]"));
  }

  @Test
  void a_request_without_a_recorded_answer_and_an_answer_without_a_request_are_differences()
      throws Exception {
    final var none = new RecordedAnswers(Map.of());
    final var one = answers(RECORDED);
    assertNames("no recorded answer", none.differences(one, JSON.readTree("[]"), ""));
    assertNames("no request any more", one.differences(none, JSON.readTree("[]"), ""));
  }

  @Test
  void a_wanted_change_is_exactly_what_its_entry_says() throws Exception {
    final var wanted = change("users: one", WORDS, "{\"status\": 422}");
    assertEquals(List.of(), differences(RECORDED.replace("404", "422"), wanted));
    assertNames("status expected 422", differences(RECORDED.replace("404", "400"), wanted));
    assertNames(
        "body expected",
        differences(RECORDED.replace("404", "422").replace("\"b\"", "\"c\""), wanted));
  }

  @Test
  void an_entry_for_an_answer_that_is_as_recorded_is_refused() throws Exception {
    assertNames(
        "remove the entry",
        differences(RECORDED, change("users: one", WORDS, "{\"status\": 404}")));
    assertNames("remove the entry", differences(RECORDED, change("users: one", WORDS, "{}")));
    assertNames(
        "status expected 422",
        differences(RECORDED, change("users: one", WORDS, "{\"status\": 422}")));
  }

  @Test
  void an_entry_needs_a_request_the_words_of_the_change_log_and_known_parts() throws Exception {
    final var now = RECORDED.replace("404", "422");
    assertTrue(
        differences(now, change("users: two", WORDS, "{\"status\": 422}"))
            .getFirst()
            .contains("no recorded answer of this name"));
    assertTrue(
        differences(now, change("users: one", "Unknown users are now welcome", "{\"status\": 422}"))
            .getFirst()
            .contains("CHANGELOG.md has no line"));
    assertTrue(
        differences(now, change("users: one", "Unknown users", "{\"status\": 422}"))
            .getFirst()
            .contains("CHANGELOG.md has no line"));
    assertTrue(
        differences(now, change("users: one", WORDS, "{\"state\": 422}"))
            .getFirst()
            .contains("state is no part"));
  }
}
