package dev.reveille.cli.command;

import picocli.CommandLine.Command;

/// `reveille federation`: with whom the organisation federates.
@Command(
    name = "federation",
    description = {
      "With whom the organisation federates: hosting providers and domains; and what its",
      "clearing house gave out for partners: handles, and codes to claim them with."
    },
    footer = {
      "",
      "What pushes through a clearing house need:",
      "  reveille federation provider add LyncOnline --proxy sipfed.online.lync.com \\",
      "      --verification-level UseSourceVerification",
      "  reveille federation domain allow push.lync.com",
      "  reveille settings set push-notification apple=true microsoft=true",
      "  reveille settings set access-edge allow-federated-users=true"
    })
final class FederationCommand {}
