/**
 * Files that a host needs beside the program: made here, so that the one file carries them.
 *
 * @module
 */

/** The bridge's system user; made by systemd-sysusers. */
export const SERVICE_USER = "physiclaw";
/** Where goals are about files, unless the operator says otherwise. */
export const SERVICE_WORKSPACE = "/srv/physiclaw";

/**
 * The unit file. Its state is made by systemd with mode 0700, its unpacked program lies in its cache directory. What it may
 * reach is told to the kernel a second time: loopback and private networks. It grants no capability, and leaves the
 * namespaces alone that the sandbox of tools is made of.
 *
 * @param program absolute path of the file, without white space
 */
export const unitFile = (program: string): string =>
  `[Unit]
Description=Physiclaw: a goal in, evidence out
Documentation=file://${program}
After=local-fs.target time-sync.target

[Service]
Type=exec
User=${SERVICE_USER}
Group=${SERVICE_USER}
ExecStart=${program} serve
WorkingDirectory=${SERVICE_WORKSPACE}
Environment=PHYSICLAW_MEMORY_DIR=/var/lib/physiclaw PHYSICLAW_CWD=${SERVICE_WORKSPACE}
StateDirectory=physiclaw
StateDirectoryMode=0700
CacheDirectory=physiclaw
CacheDirectoryMode=0700
RuntimeDirectory=physiclaw
RuntimeDirectoryMode=0750
UMask=0077
Restart=on-failure
# Wrong usage or settings, and a violation of egress, are for a person to look at.
RestartPreventExitStatus=1 2 75
TimeoutStopSec=20
KillMode=mixed
NoNewPrivileges=yes
CapabilityBoundingSet=
PrivateTmp=yes
ProtectSystem=full
ProtectHome=read-only
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
IPAddressDeny=any
IPAddressAllow=localhost 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 fc00::/7 fe80::/10

[Install]
WantedBy=multi-user.target
`;

/** The system user, for systemd-sysusers. */
export const sysusersFile = (): string =>
  `u ${SERVICE_USER} - "Physiclaw bridge" /var/lib/physiclaw /usr/sbin/nologin\n`;

/** A container image of the one file. The sandbox of tools needs user namespaces within the container. */
export const containerfile = (): string =>
  `# Build beside the file:  physiclaw assets containerfile > Containerfile && podman build -t physiclaw .
FROM docker.io/library/debian:12-slim
RUN apt-get update \\
 && apt-get install --yes --no-install-recommends bubblewrap gzip util-linux \\
 && rm -rf /var/lib/apt/lists/* \\
 && useradd --system --create-home --home-dir /var/lib/physiclaw --shell /usr/sbin/nologin physiclaw \\
 && install -d -o physiclaw -g physiclaw -m 0700 /var/cache/physiclaw /var/lib/physiclaw \\
 && install -d -o physiclaw -g physiclaw -m 0755 ${SERVICE_WORKSPACE}
COPY --chmod=0755 physiclaw /usr/local/bin/physiclaw
USER physiclaw
ENV XDG_CACHE_HOME=/var/cache/physiclaw PHYSICLAW_MEMORY_DIR=/var/lib/physiclaw PHYSICLAW_CWD=${SERVICE_WORKSPACE}
# Unpacked while the image is built: a container's first start is as fast as any other.
RUN ["physiclaw", "version"]
WORKDIR ${SERVICE_WORKSPACE}
VOLUME ["/var/lib/physiclaw"]
ENTRYPOINT ["physiclaw"]
CMD ["serve"]
`;
