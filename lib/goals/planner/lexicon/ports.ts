/**
 * Services that people name instead of a port (IANA's numbers).
 *
 * @module
 */

const service = (names: string, port: string): readonly [RegExp, string] => [
  new RegExp(`\\b(?:${names})(?: (?:port|ports|service|server|daemon|access|traffic|connections?))?\\b`),
  port,
];

/** A pattern over canonical text, and the port behind the name. */
export const SERVICE_PORTS: readonly (readonly [RegExp, string])[] = [
  service("ssh|sshd", "22"),
  service("ftp", "21"),
  service("telnet", "23"),
  service("smtp", "25"),
  service("dns", "53"),
  service("http|plain http|unencrypted web", "80"),
  service("https|tls web", "443"),
  service("smb|samba|cifs", "445"),
  service("ldap", "389"),
  service("ldaps", "636"),
  service("rdp|remote desktop", "3389"),
  service("vnc", "5900"),
  service("mysql|mariadb", "3306"),
  service("postgres|postgresql", "5432"),
  service("mssql|sql server", "1433"),
  service("oracle listener", "1521"),
  service("redis", "6379"),
  service("mongo|mongodb", "27017"),
  service("elasticsearch", "9200"),
  service("memcached", "11211"),
  service("kafka", "9092"),
  service("rabbitmq|amqp", "5672"),
  service("etcd", "2379"),
  service("docker api|docker socket", "2375"),
  service("snmp", "161"),
  service("nfs", "2049"),
  service("imap", "143"),
  service("imaps", "993"),
  service("pop3", "110"),
  service("winrm", "5985"),
  service("mqtt", "1883"),
  service("modbus", "502"),
  service("ipp|cups", "631"),
  service("jetdirect", "9100"),
  service("kubelet", "10250"),
  service("sip", "5060"),
];
