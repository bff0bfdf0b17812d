/**
 * Words that are no column's name unless they are quoted.
 *
 * @module
 */

export const NO_COLUMN: ReadonlySet<string> = new Set(
  ("the a an of in on at to for from by per with and or is are was were be been do does did has have had not no all any each every only both either " +
    "skipping excluding ignoring counting how many much what which who whose when where why whether it its they them their this that these those there here file files table tables " +
    "data dataset database rows row records record lines line entries entry values value column columns field fields numbers number count counts " +
    "total sum average mean median minimum maximum min max highest lowest largest smallest biggest most least top bottom first last latest earliest " +
    "newest oldest distinct unique different duplicate duplicates null nulls missing empty please me us we our show tell give list find get need want " +
    "can could would will should may than then so as if more less over under above below between since until before after group grouped order ordered " +
    "sorted sort ascending descending desc asc join joined where whose having limit sample preview profile schema structure type types statistics " +
    "summary describe compare difference differences same twice once again now currently right just also but except without within into onto out up down " +
    "figures path sheet export exports one two three four five ten select run query sql calculate compute using use stored parquet csv json duckdb i you your my " +
    "everything anything something nobody anybody per-row there's greater smaller larger fewer equal equals thanks thank exactly overall altogether sold sell " +
    "sells own hold holds contain contains appear appears occur occurs look looks like full whole entire complete completely available existing actual " +
    "still really ever never percent percentage share ratio rate frequency often times time many-to-one null-values na nan blank blanks unknown negative positive nonzero")
    .split(" "),
);
