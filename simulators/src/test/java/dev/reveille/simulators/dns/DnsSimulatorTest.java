package dev.reveille.simulators.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The name server as `dig` of BIND sees it.
final class DnsSimulatorTest {
  private static final String SERVICE = "_sipfederationtls._tcp.push.example";

  @AutoClose private final DnsSimulator dns = DnsSimulator.start(0);

  private String dig(final String... more) throws IOException, InterruptedException {
    final var command =
        new ArrayList<>(
            List.of(
                "dig", "@127.0.0.1", "-p", "" + dns.address().getPort(), "+tries=1", "+time=2"));
    command.addAll(List.of(more));
    final var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    final var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private String shortly(final String... more) throws IOException, InterruptedException {
    final var all = new ArrayList<>(List.of("+short"));
    all.addAll(List.of(more));
    return dig(all.toArray(String[]::new)).strip();
  }

  @Test
  void records_of_each_type_are_told() throws Exception {
    dns.put("edge.push.example A 127.0.0.3");
    dns.put("edge.push.example AAAA ::1");
    dns.put(SERVICE + " SRV 10 20 5061 Edge.push.example.");
    dns.put("alias.push.example CNAME edge.push.example");
    assertEquals("127.0.0.3", shortly("EDGE.push.example", "A"));
    assertEquals("::1", shortly("edge.push.example", "AAAA"));
    assertEquals("10 20 5061 edge.push.example.", shortly(SERVICE, "SRV"));
    assertEquals("edge.push.example.\n127.0.0.3", shortly("alias.push.example", "A"));
    assertEquals("10 20 5061 edge.push.example.", shortly("+tcp", SERVICE, "SRV"));
    final var last = dns.asked().getLast();
    assertEquals(SERVICE + " SRV true", last.name() + " " + last.type() + " " + last.overTcp());
    assertEquals(5, dns.asked().size());
  }

  @Test
  void no_such_name_and_no_such_record_are_told_apart() throws Exception {
    dns.put("edge.push.example A 127.0.0.3");
    assertTrue(dig("nowhere.push.example", "A").contains("status: NXDOMAIN"));
    final var none = dig("edge.push.example", "SRV");
    assertTrue(none.contains("status: NOERROR") && none.contains("ANSWER: 0"), none);
    dns.remove("edge.push.example");
    assertTrue(dig("edge.push.example", "A").contains("status: NXDOMAIN"));
  }

  @ParameterizedTest
  @CsvSource({
    "FAILS, status: SERVFAIL",
    "REFUSES, status: REFUSED",
    "SILENT, timed out",
    "FORGED, timed out",
    "ASTRAY, Question section mismatch"
  })
  void each_fault_meets_the_name_that_it_is_for(final DnsFault.Kind kind, final String says)
      throws Exception {
    dns.put("edge.push.example A 127.0.0.3");
    dns.put("other.push.example A 127.0.0.4");
    dns.fault("edge.push.example", DnsFault.of(kind));
    final var said = dig("+time=1", "edge.push.example", "A");
    assertTrue(said.contains(says), said);
    assertEquals("127.0.0.4", shortly("other.push.example", "A"));
    dns.clearFaults();
    assertEquals("127.0.0.3", shortly("edge.push.example", "A"));
  }

  @Test
  void a_cut_answer_comes_whole_over_tcp() throws Exception {
    dns.put("edge.push.example A 127.0.0.3");
    dns.fault("edge.push.example", DnsFault.of(DnsFault.Kind.CUT));
    final var said = dig("edge.push.example", "A");
    assertTrue(
        said.contains("Truncated, retrying in TCP mode") && said.contains("127.0.0.3"), said);
  }

  @Test
  void aliases_that_go_round_in_a_circle_end() throws Exception {
    dns.put("a.push.example CNAME b.push.example");
    dns.put("b.push.example CNAME a.push.example");
    assertEquals("b.push.example.\na.push.example.", shortly("a.push.example", "A"));
  }

  @ParameterizedTest
  @CsvSource({
    "edge.push.example MX 10 mail, none of",
    "edge.push.example A localhost, in numbers",
    "edge.push.example A, no record",
    "_sip._tcp.example SRV 0 0 70000 edge, between 0 and 65535",
    "_sip._tcp.example SRV 0 0 edge, PRIORITY"
  })
  void what_is_no_record_is_refused(final String line, final String says) {
    final var refused = assertThrows(IllegalArgumentException.class, () -> dns.put(line));
    assertTrue(refused.toString().contains(says), refused::toString);
  }

  @Test
  void a_port_that_tcp_has_in_use_is_refused_and_left_alone() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      final int port = taken.getLocalPort();
      assertThrows(BindException.class, () -> DnsSimulator.start(port).close());
      try (var datagrams = new DatagramSocket(port, InetAddress.getLoopbackAddress())) {
        assertTrue(datagrams.isBound());
      }
    }
  }
}
