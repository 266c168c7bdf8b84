package dev.reveille.cli.story;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/// What is told of the targets of a send.
final class SendStoryTest {
  private static final String SEND =
      """
      {"send":{"send":"hV0tM3Zk1sJrQ8nYb2LxWg","acceptedAt":"2026-03-01T12:00:00Z","source":"reveille:hub:news",
       "id":"1","lane":"bulk","audience":{"in":"acme/default/news","which":"template goals","upTo":9},
       "state":"over","settled":2,"outcomes":{"handed-over":1}},
       "targets":[{"number":1,"target":"a-one","service":"apns","template":"scores","tries":[],"settled":true},
        {"number":2,"target":"a-two","service":"wns","tries":[],"settled":true}]}
      """;

  @Test
  void a_target_that_was_told_in_the_words_of_a_template_names_it() throws Exception {
    final var story = SendStory.of(new ObjectMapper().readTree(SEND));
    assertTrue(story.contains("a-one (apns, template scores)"), story);
    assertTrue(story.contains("a-two (wns)"), story);
  }
}
