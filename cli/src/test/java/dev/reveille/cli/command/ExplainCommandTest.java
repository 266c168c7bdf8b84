package dev.reveille.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.cli.wire.Json;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ExplainCommandTest {
  private static final String CALL = "0b0c7bb2-7a0e-4b0e-9f5c-2f6d3a6f5a10";
  private static final String TRAIL =
      "{'event':{'event':'e-1','acceptedAt':'2026-03-01T12:00:00Z','source':'s','id':'1',"
          + "'class':'message','to':['anna','bob']},'settled':true,'devices':["
          + "{'user':'anna','installation':'i-1','at':'2026-03-01T12:00:00Z','known':{},'decision':'live'},"
          + "{'user':'anna','installation':'i-2','at':'2026-03-01T12:00:00Z','known':{},'decision':'live'}],"
          + "'notNotified':[{'user':'bob','at':'2026-03-01T12:00:00Z','why':{'code':'RV-319','sentence':'The"
          + " user has no device.'}}]}";

  @AutoClose
  private final StubServer server =
      new StubServer()
          .on("GET /v1/events/e-1/trail", 200, TRAIL)
          .on("GET /v1/events/trail?source=chat%201&id=4711", 200, TRAIL)
          .on("GET /v1/calls/" + CALL, 200, "{'event':'e-1'}");

  @Test
  void an_event_is_found_by_its_id_its_call_or_its_senders_names() {
    for (final String[] line :
        new String[][] {
          {"explain", "e-1"}, {"explain", CALL}, {"explain", "--source", "chat 1", "--id", "4711"}
        }) {
      final var ran = server.run(line);
      assertEquals(0, ran.exitCode(), ran.err());
      assertTrue(ran.out().startsWith("Event e-1: a message for anna, bob"), ran.out());
    }
  }

  @Test
  void one_device_can_be_singled_out() {
    final String out = server.run("explain", "e-1", "--device", "i-2").out();
    assertTrue(out.contains("anna, i-2"), out);
    assertFalse(out.contains("i-1"), out);
    assertFalse(out.contains("RV-319"), out);
  }

  @Test
  void a_device_that_the_event_did_not_concern_is_a_no() {
    final var ran = server.run("explain", "e-1", "--device", "i-9");
    assertEquals(1, ran.exitCode());
    assertTrue(ran.err().contains("did not concern the device i-9"), ran.err());
  }

  @Test
  void with_json_the_trail_is_printed_as_it_came() {
    assertEquals(
        Json.read(TRAIL.replace('\'', '"')),
        Json.read(server.run("explain", "e-1", "--json").out()));
  }

  @Test
  void a_trail_that_is_not_written_yet_is_waited_for() {
    server
        .on(
            "GET /v1/events/e-2/trail",
            200,
            "{'event':{'event':'e-2','acceptedAt':'2026-03-01T12:00:00Z'},'settled':false,"
                + "'devices':[],'notNotified':[]}")
        .on("GET /v1/events/e-2/trail", 200, TRAIL);
    final String out = server.run("explain", "e-2").out();
    assertTrue(out.contains("Nothing more will happen."), out);
  }

  @Test
  void while_the_call_rings_it_is_not_over() {
    server.on(
        "GET /v1/events/e-3/trail",
        200,
        "{'event':{'event':'e-3','class':'call','acceptedAt':'2026-03-01T12:00:00Z'},"
            + "'call':{'call':'8f2c6a64-6d0c-4d0b-9b5e-0f4b6f9d2c11','state':'ringing',"
            + "'ringsUntil':'2026-03-01T12:00:45Z'},'settled':true,"
            + "'devices':[],'notNotified':[{'user':'bob','at':'2026-03-01T12:00:00Z','why':{}}]}");
    final String out = server.run("explain", "e-3").out();
    assertTrue(out.contains("It rings until a user or the caller ends it"), out);
  }

  @Test
  void an_event_that_is_not_there_is_a_no() {
    assertEquals(1, server.run("explain", "e-9").exitCode());
  }
}
