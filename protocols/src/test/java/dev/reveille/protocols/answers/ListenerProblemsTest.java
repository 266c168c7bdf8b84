package dev.reveille.protocols.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.model.Reason;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the listener refuses by itself, in the words of the API.
class ListenerProblemsTest {
  @ParameterizedTest
  @CsvSource({
    "400, RV-101",
    "408, RV-125",
    "413, RV-103",
    "414, RV-103",
    "429, RV-123",
    "431, RV-103",
    "501, RV-114",
    "503, RV-126",
    "505, RV-114",
    "500, RV-599"
  })
  void each_status_has_its_reason(final int status, final String code) throws Exception {
    final var answer = Answers.ofListener(status, "so");
    final var problem = new ObjectMapper().readTree(answer.body());
    assertEquals(status, answer.status());
    assertEquals(code, problem.path("code").asText());
    assertEquals(status, problem.path("status").asInt());
    assertEquals("so", problem.path("detail").asText());
  }

  /// Clients decide by the first digit whether to try again.
  @ParameterizedTest
  @ValueSource(ints = {400, 408, 413, 414, 429, 431, 500, 501, 503, 505})
  void a_reason_has_a_status_of_the_same_class_in_the_table_of_all(final int status)
      throws Exception {
    final var answer = Answers.ofListener(status, "so");
    final var code = new ObjectMapper().readTree(answer.body()).path("code").asText();
    final var why =
        Arrays.stream(Reason.values())
            .filter(reason -> reason.code().equals(code))
            .findFirst()
            .orElseThrow();
    assertEquals(status / 100, Statuses.of(why) / 100, why.name());
  }
}
