package dev.reveille.simulators.authority;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.service.CommandLine;
import dev.reveille.simulators.tls.PartnerAuthority;
import dev.reveille.simulators.tls.PartnerAuthority.Kind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// `simulate authority`: makes the certificate authority of an organisation and certificates for
/// its servers with [PartnerAuthority], and ends. Prints one line of JSON with the files.
public final class AuthorityCommand {
  public static final String USAGE =
      """
      usage: simulate authority --folder DIR --organisation NAME --names HOST[,NAME...]...
      Writes DIR/ca.pem, and for each --names DIR/HOST.pem (a chain) and DIR/HOST.key: a certificate
      for servers and clients with these DNS names. It holds for a year; for trying out only.\
      """;

  private AuthorityCommand() {}

  /// @return the exit code
  public static int run(final List<String> arguments, final PrintStream out, final PrintStream err)
      throws IOException {
    final var rest = new ArrayDeque<>(arguments);
    String folder = "";
    String organisation = "";
    final var servers = new ArrayList<List<String>>();
    try {
      while (!rest.isEmpty()) {
        final String option = rest.removeFirst();
        switch (option) {
          case "--folder" -> folder = CommandLine.value(option, rest);
          case "--organisation" -> organisation = CommandLine.value(option, rest);
          case "--names" -> servers.add(List.of(CommandLine.value(option, rest).split(",")));
          default -> throw new IllegalArgumentException("unknown option " + option);
        }
      }
      if (folder.isEmpty() || organisation.isEmpty() || servers.isEmpty()) {
        throw new IllegalArgumentException("--folder, --organisation and --names are needed");
      }
    } catch (IllegalArgumentException e) {
      err.println("simulate authority: " + e.getMessage() + "\n" + USAGE);
      return 2;
    }
    final var authority = PartnerAuthority.make(Path.of(folder), organisation);
    final var made = new ObjectMapper().createObjectNode();
    made.put("ca", authority.file().toAbsolutePath().toString());
    final var all = made.putArray("certificates");
    for (final var names : servers) {
      final var issued = authority.issue(Kind.GOOD, names);
      all.addObject()
          .put("name", names.getFirst())
          .put("certificate", issued.chain().toAbsolutePath().toString())
          .put("key", issued.key().toAbsolutePath().toString());
    }
    out.println(made);
    out.flush();
    return 0;
  }
}
