package dev.reveille.protocols.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the listener refuses by itself, in the words of the API.
class ListenerProblemsTest {
  @ParameterizedTest
  @CsvSource({
    "400, RV-101",
    "408, RV-125",
    "413, RV-103",
    "431, RV-103",
    "501, RV-114",
    "503, RV-120",
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
}
