/**
 * The smallest Ceph: no replicas, no authentication inside, everything in memory and in one folder.
 * @param {{ folder: string, fsid: string, monPort: number, port: number }} at
 */
export const cephConf = ({ folder, fsid, monPort, port }) => `[global]
fsid = ${fsid}
mon host = v2:127.0.0.1:${monPort}
public addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
# radosgw's default is "secure", which needs the keys that we leave out.
ms mon client mode = crc
run dir = ${folder}
crash dir = ${folder}
admin socket = ${folder}/$name.$pid.sock
log file = ${folder}/$name.log
keyring = ${folder}/keyring
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
osd crush chooseleaf type = 0
# Its changes of state are collected for a second each otherwise, and there are twenty.
paxos propose interval = 0.02
paxos min wait = 0.01

[mon]
mon data = ${folder}/mon
mon initial members = a
mon data avail warn = 0
mon data avail crit = 0

[osd]
osd data = ${folder}/osd
osd objectstore = memstore
memstore device bytes = 2147483648

[client]
rgw frontends = beast endpoint=127.0.0.1:${port} tcp_nodelay=1
rgw data = ${folder}/rgw
rgw thread pool size = 64
rgw enable gc threads = false
rgw enable lc threads = false
rgw run sync thread = false
rgw dynamic resharding = false
`;
