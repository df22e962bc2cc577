#!/usr/bin/env bash
# Cold chain: a maker, a carrier, a pharmacy and an insurer agree on a contract, each at its own node on one ledger.
# A box measures its temperature. It arrives cool, and everybody is paid; another one gets too warm, and is refused.
# Nobody does anything after signing.
#   examples/cold-chain/run.sh [FOLDER]     where the four members keep their data (default: a new temporary folder)
set -euo pipefail

home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${1:-$(mktemp -d)}
names=(maker carrier pharmacy insurer)
# shellcheck source=examples/members.sh
. "$home/examples/members.sh"

found_members

say "the insurer issues euros, 5000.00 to each"
issue_euros insurer 5000.00 maker carrier pharmacy insurer

say "the maker's box gets a key of its own"
device maker vaccine-1

"$home/thingstead" contract template cold-chain | sed 's/bank:EUR/insurer:EUR/; s/maker:box-1/maker:vaccine-1/' >"$folder/cold-chain.yaml"
terms=(--set too_long="20 s" --set inspection_time="1 min"
  --set maker=member/maker --set carrier=member/carrier --set pharmacy=member/pharmacy --set insurer=member/insurer)
"$home/thingstead" contract check "$folder/cold-chain.yaml" "${terms[@]}"

say "the first box stays cool, and arrives"
agree 1 "$folder/cold-chain.yaml" maker carrier pharmacy insurer -- "${terms[@]}"
measures maker vaccine-1 temperature=5.2:Cel --times 5
measures maker vaccine-1 temperature=5.4:Cel arrived=1
ended pharmacy 1 delivered
balances <<'EOF'
member/maker 5900.00
member/carrier 5080.00
member/pharmacy 4000.00
member/insurer 5020.00
EOF

say "the second box gets too warm on its way"
agree 2 "$folder/cold-chain.yaml" maker carrier pharmacy insurer -- "${terms[@]}"
measures maker vaccine-1 temperature=9.4:Cel --times 25
ended pharmacy 2 refused
balances <<'EOF'
member/maker 6780.00
member/carrier 4880.00
member/pharmacy 4200.00
member/insurer 4140.00
EOF

say "one warm reading, proven in one file that anybody checks"
rm -f "$folder/warm.proof.json" "$folder/members.trust.json"
until t maker prove --device maker:vaccine-1 --number 20 --output "$folder/warm.proof.json" --trust-output "$folder/members.trust.json"; do
  rm -f "$folder/warm.proof.json" "$folder/members.trust.json"
  sleep 2
done
"$home/thingstead" verify "$folder/warm.proof.json" --trust "$folder/members.trust.json"
the_end "both contracts ended as agreed, and all four members say so"
