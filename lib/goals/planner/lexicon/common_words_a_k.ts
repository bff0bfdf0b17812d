/**
 * Frequent English words and proper names, A to K. A word of a goal that stands here is spelt as meant, so the typo corrector
 * leaves it alone; nothing else is decided by this list.
 *
 * @module
 */

const WORDS = `
aaron abandon abandoned abbey abbot abbreviated abby abc abdul aberdeen abilities ability able aboard
abolished aboriginal abortion about above abraham abroad abruptly absence absent absolute absolutely
absorbed abstract abu abuse academic academy accent accept acceptable acceptance accepted accepting access
accessed accessible accident accidentally acclaim acclaimed accommodate accommodation accompanied accompany
accompanying accomplished accordance according accordingly account accounting accounts accredited accuracy
accurate accused ace ache achieve achieved achievement achievements achieving acid acknowledged acoustic
acquire acquired acquisition acre acres across act acted acting action actions activated active actively
activist activists activities activity actor actors actress acts actual actually acute adam adams adaptation
adapted add added adding addition additional additionally address addressed addresses adds adelaide adequate
adjacent adjusted administered administration administrative administrator admiral admission admit admitted
adolf adopt adopted adoption adrian adult adults advance advanced advancement advances advancing advantage
advantages adventure adventures advertising advice advised adviser advisor advisory advocacy advocate
advocated aerial aesthetic afc affair affairs affect affected affecting affection affiliate affiliated
afford afghan afghanistan afl afraid africa african after aftermath afternoon afterward afterwards again
against age aged agencies agency agenda agent agents ages aggregate aggressive aging agnes ago agree agreed
agreement agreements agrees agricultural agriculture ahead ahmad ahmed aid aidan aided aids aim aimed aims
ain air airborne aircraft aired aires airfield airing airline airlines airport aisle aka alabama alan alarm
alaska albania albanian albany albeit albert alberta alberto album albums alcohol alec alert alex alexander
alexandra alexandria alfred algebra algeria algorithm ali alice alien aliens alignment alike alison alive
all allan allegations alleged allegedly allen alley alliance allied allies allison allmusic allocated allow
allowed allowing allows ally alma almost alone along alongside aloud alpha alphabet alpine already alright
also alt altar alter altered alternate alternative although altitude alto altogether alumni always amanda
amateur amazing amazon ambassador amber ambitious ambulance amelia amendment america american americans
americas ammunition among amongst amount amounts amsterdam amused amusement amy ana analog analysis
ancestors ancestry anchor ancient and anderson andre andrea andreas andrew andrews android andy angel angela
angeles angelo angels anger angle angles anglican anglo angry animal animals animated animation anime ankle
ann anna anne annie anniversary announced announcement annoyed annual annually anonymous another answer
answered answering answers antarctic antarctica anthem anthology anthony anti anticipated anticipation
antoine anton antonio anxiety anxious any anybody anymore anyone anything anyway anywhere apart apartment
apartments apollo apologize apology apostolic app apparent apparently appeal appealed appeals appear
appearance appearances appeared appearing appears apple applicable application applications applied applies
apply applying appointed appointment appreciate appreciated appreciation approach approached approaches
approaching appropriate approval approved approximately april arab arabia arabic arc arcade arch
archaeological archaeology archbishop archdiocese arched archer architect architects architectural
architecture archive archived archives arctic are area areas aren arena argentina argentine argue argued
argues arguing argument arguments ari aria arizona arkansas arm armed armenia armenian armies armor armored
armour armoured arms armstrong army arnold arose around arranged arrangement arrangements array arrest
arrested arrival arrive arrived arrives arriving arrow arrows arsenal art arthur article articles artifacts
artificial artillery artist artistic artists arts artwork ash ashes ashley asia asian aside ask asked asking
asks asleep aspect aspects ass assassin assassination assault assembled assembly assessment asset assets
assigned assignment assist assistance assistant assisted assists associate associated associates association
associations assume assumed assuming assumption assured asteroid asylum ate athens athlete athletes athletic
athletics atlanta atlantic atlas atmosphere atmospheric atomic atop atp attached attack attacked attacking
attacks attempt attempted attempting attempts attend attendance attended attending attention attitude
attorney attract attracted attraction attractive attributed attributes auburn auckland auction audience
audiences audio auditorium august augustus aunt austin australia australian austria austrian author authored
authorities authority authorized authors auto autobiography automatic automatically automobile autonomous
autonomy autumn auxiliary ava availability available avenue average averaged avery aviation aviv avoid
avoided avoiding awake award awarded awards aware awareness away awesome awful awkward axis azerbaijan babe
babies baby bach bachelor back backed background backing backs backup backward backwards bacon bacteria bad
baden badge badly bag bags bailey baker balance balanced balcony baldwin ball ballad ballet ballot balls
baltic baltimore ban band bands bang bangkok bangladesh bank banking bankruptcy banks banned banner baptist
bar barbara barcelona bare barely bark barn barnes baron baronet baroque barracks barrel barrett barrier
barry bars bart base baseball based basement bases basic basically basin basis basket basketball bass
bassist bastard bat bates bath bathroom batman bats battalion battalions batteries battery batting battle
battlefield battles bavaria bay bbc bce beach beaches beam bear beard bearing bears beast beat beaten
beating beatles beats beautiful beauty became because beck become becomes becoming bed bedford bedroom beds
bee beef been beer beetle before beg began begin beginning begins begun behalf behavior behaviour behind
beijing being beings belarus belfast belgian belgium belgrade belief beliefs believe believed believes
believing bell bella belle bells belly belong belonged belonging belongs beloved below belt ben bench bend
beneath benedict benefit benefits bengal bengali benjamin bennett benny benson bent bergen berkeley berlin
bernard berry beside besides best bet beta beth betrayed better betty between beverly beyond bible biblical
bicycle bid big bigger biggest bike bill billboard billion bills billy bin binary binding biography
biological biology bird birds birmingham birth birthday bishop bishops bit bitch bite biting bits bitter
black blacks blade blades blair blake blame blamed blank blanket blast bleeding blend blessed blew blind
blink blinked block blocked blocking blocks blog blond blonde blood bloody blow blowing blown blue blues
board boarding boards boat boats bob bobby bodies body boeing bold bolivia bolt bolton bomb bombardment
bombay bomber bombers bombing bombs bond bonds bone bones bonnie bonus book books boom boot booth boots
border bordered borders bore bored boring boris born borough borrowed bosnia boss boston both bother
bothered bottle bottles bottom bought boulevard bound boundaries boundary bounded bout bow bowed bowl
bowling box boxer boxes boxing boy boyd boyfriend boys bra brad bradford bradley brady brain branch branches
brand branded brandon brands brass brave brazil brazilian breach bread break breakdown breakfast breaking
breaks breakthrough breast breasts breath breathe breathed breathing breed breeding breeze brett brewery
brian brick bride bridge bridges brief briefly brien brigade brigadier bright brighton brilliant bring
bringing brings brisbane bristol britain british brittany broad broadcast broadcaster broadcasting
broadcasts broader broadway broke broken bronze brook brooke brooklyn brooks bros brother brothers brought
brow brown brows bruce bruno brunswick brush brushed brussels brutal bryan bryant bubble buck budapest
buddha buddhism buddhist buddy budget buenos buffalo bug build builder building buildings built bulgaria
bulgarian bulk bull bullet bullets bulls bunch burden bureau burial buried burke burma burn burned burning
burns burnt burst burton bury bus buses bush business businesses businessman busy but butler butt butter
butterfly button buttons buy buying buzz bye bypass byron byzantine cab cabin cabinet cable caesar cafe cage
cain cairo cake cal calculated caleb calendar calgary california call called calling calls calm calvin cam
cambridge came cameo camera cameras cameron camp campaign campaigns campbell camps campus can canada
canadian canal cancelled cancer candidate candidates candy cane cannon cannot canon canterbury canton canvas
canyon cap capabilities capability capable capacity cape capita capital capitol caps captain captive capture
captured capturing car carbon card cardiff cardinal cardinals cards care cared career careers careful
carefully carey cargo caribbean caring carl carlo carlos carmen carnegie carnival carol carolina caroline
carpenter carpet carr carriage carried carrier carriers carries carroll carry carrying cars carson cart
carter cartoon carved case cases casey cash casino cassie cast casting castle castro casual casualties cat
catalog catalogue catch catches catching categories category cathedral catherine catholic catholics cats
cattle caught cause caused causes causing cavalry cave caves cbs cdp ceased cecil cedar ceiling celebrate
celebrated celebration celebrations celebrities celebrity cell cello cells cellular celtic cement cemetery
census cent center centered centers central centre centres centuries century ceo ceremonies ceremony certain
certainly certificate certification certified chad chain chains chair chaired chairman chairs challenge
challenged challenges challenging chamber chambers champagne champion champions championship championships
chan chance chancellor chances chang change changed changes changing channel channels chaos chapel chapman
chapter chapters character characteristic characteristics characterized characters charge charged charges
charitable charity charles charleston charlie charlotte charm charming chart charted charter chartered
charts chase chasing chassis chat chateau cheap check checked checking cheek cheeks cheese chef chelsea
chemical chemicals chemistry chen chennai cherry chess chest chester chi chicago chicken chief chiefs child
childhood children chile chilean chill chin china chinese chip chips chloe chocolate choice choices choir
choked choose choosing chorus chose chosen chris christ christian christianity christians christina
christine christmas christopher chronic chronicle chronicles chuck chuckled church churches churchill cia
cigarette cincinnati cinema circle circles circuit circular circulation circumstances circus citation cited
cities citing citizen citizens citizenship city civic civil civilian civilians civilization claim claimed
claiming claims claire clan clara clare clarence clarinet clark clarke class classes classic classical
classics classification classified classroom classrooms claude clause claws clay clayton clean cleaned
cleaning clear cleared clearing clearly clement clenched clergy clerk cleveland clever click client clients
cliff climate climb climbed climbing clinic clinical clinton clip cloak clock close closed closely closer
closest closet closing closure cloth clothes clothing cloud clouds club clubs clue cluster clyde coach
coached coaches coaching coal coalition coast coastal coat cock code codes coffee cognitive cohen coin coins
col cold cole coleman colin collaborated collaboration collaborative collapse collapsed collar colleague
colleagues collect collected collecting collection collections collective collector college colleges
collegiate collins collision cologne colombia colonel colonial colonies colony color colorado colored colors
colour coloured colours colt columbia columbus column columns com combat combination combine combined
combining come comedian comedy comes comfort comfortable comic comics coming command commanded commander
commanders commanding commands commenced comment commentary commentator commented comments commerce
commercial commercially commercials commission commissioned commissioner commissioners commit commitment
committed committee committees common commonly commons commonwealth commune communicate communication
communications communist communities community compact companies companion companions company comparable
comparative compared comparison compatible compensation compete competed competing competition competitions
competitive competitor competitors compilation compiled complained complaint complaints complete completed
completely completing completion complex complexity compliance complicated component components composed
composer composers composite composition compositions compound compounds comprehensive comprised comprises
comprising compromise computer computers computing con conceived concentrate concentrated concentration
concept concepts concern concerned concerning concerns concert concerto concerts concluded conclusion
concrete condemned condition conditions conduct conducted conducting conductor confederate confederation
conference conferences confession confidence confident configuration confined confirm confirmed conflict
conflicts confused confusion congo congregation congress congressional congressman conjunction connect
connected connecticut connecting connection connections connects connor conquered conquest conrad conscious
consciousness consecrated consecutive consensus consent consequence consequences consequently conservation
conservative conservatives conservatory consider considerable considerably consideration considered
considering considers consist consisted consistent consistently consisting consists console consolidated
consortium conspiracy constable constant constantinople constantly constituency constitute constituted
constitution constitutional construct constructed construction consul consultant consulting consumed
consumer consumers consumption contact contacted contacts contain contained container containing contains
contemporary content contents contest contestant contestants contested context continent continental
continue continued continues continuing continuous continuously contract contracted contracts contrary
contrast contribute contributed contributing contribution contributions contributor control controlled
controller controlling controls controversial controversy convent convention conventional conventions
conversation conversations conversion convert converted convicted conviction convince convinced convoy cook
cooking cool cooling cooper cooperation cooperative coordinates coordination coordinator cop copa cope
copenhagen copies copper cops copy copyright coral cord core cork corn cornell corner corners cornwall
corporate corporation corporations corps corpse correct correctly correspondence correspondent corresponding
corridor corruption cost costa costs costume costumes cottage cotton couch could couldn council councillor
councils counsel count counted counter countess counties counting countries country countryside counts
county coup couple coupled couples courage course courses court courthouse courts courtyard cousin cousins
cove cover coverage covered covering covers cow cowboy cowboys cox crack cracked craft craig crane crap
crash crashed crater crawford crawled crazy cream create created creates creating creation creative creator
creature creatures credit credited credits creek crest crew crews cricket cricketer cried crime crimes
criminal criminals crimson crisis criteria critic critical critically criticised criticism criticized
critics croatia croatian crop crops cross crossed crosses crossing crow crowd crowded crown crowned crucial
cruel cruise cruiser crush crushed cruz cry crying crystal cuba cuban cubic cubs cult cultural culture
cultures cumberland cup cups cure curiosity curious curled curling currency current currently curriculum
curse cursed curtain curtis curve curved curves custody custom customer customers customs cut cute cuts
cutting cycle cycles cycling cyclone cylinder cyprus czech dad daddy dagger daily dairy daisy dakota dale
dallas dalton dam damage damaged damages dame damien damn damned damon damp dan dana dance danced dancer
dancers dances dancing danger dangerous daniel danish danny dante dare dark darker darkness darling darren
darwin das dash data database date dated dates dating daughter daughters dave david davidson davies davis
dawn dawson day daylight days daytime dead deadly deaf deal dealer dealing deals dealt dean dear death
deaths debate debris debt debut debuted dec decade decades deceased december decent decide decided decides
deciding decision decisions deck declaration declared decline declined decorated decoration decorative
decrease decreased decree dedicated dedication dee deemed deep deeper deeply deer default defeat defeated
defeating defence defend defended defender defenders defending defense defensive define defined defines
definitely definition defunct degree degrees del delaware delay delayed delegate delegates delegation delhi
deliberately delicate delicious delight deliver delivered delivery dell della delta demand demanded
demanding demands demo democracy democrat democratic democrats demolished demolition demon demons
demonstrate demonstrated demonstration den denied denis denmark dennis dense density dental denver deny
departed department departments departure depend dependent depending depends depicted depicting depicts
deployed deployment deposits depot depression depth depths deputies deputy der derby derek derived derives
des descendant descendants descended descent describe described describes describing description desert
deserve deserved design designated designation designed designer designers designing designs desire desired
desk desperate desperately despite destination destiny destroy destroyed destroyer destroying destruction
detached detachment detail detailed details detect detected detection detective detention determination
determine determined determining detroit deutsche develop developed developer developers developing
development developments develops device devices devil devon devoted diagnosed diagnosis dialect dialects
dialogue diameter diamond diamonds diana diane diary diaz dick dictionary did didn die died diego dies
diesel diet differ difference differences different differential differently difficult difficulties
difficulty dig digging digital dim dimension dimensional dimensions din dining dinner diocese diploma
diplomat diplomatic direct directed directing direction directions directly director directors dirt dirty
disability disabled disappear disappeared disappointed disappointment disaster disbanded disbelief disc
discharge discipline disciplines disco discontinued discover discovered discovers discovery discrimination
discuss discussed discussing discussion discussions disease diseases disgust dish dishes disk dismissed
disney disorder disorders display displayed displays dispute disputed disputes dissolution dissolved
distance distances distant distinct distinction distinctive distinguish distinguished distracted distributed
distribution district districts disturbed dive diverse diversity divide divided divine diving division
divisions divorce divorced dixon dna doc dock doctor doctoral doctorate doctors doctrine document
documentary documentation documented documents dodge does doesn dog dogs doi doing doll dollar dollars
domain dome domestic dominant dominated dominic dominican don donald donated donations done dong donna
donovan doom door doors doorway dorothy dos dot double doubled doubles doubt doug douglas dove down download
downs downstairs downtown doyle dozen dozens draft drafted drag dragged dragging dragon dragons drain
drainage drained drake drama dramatic dramatically drank draw drawing drawings drawn draws dream dreams
dress dressed dressing drew dried drift drifted drink drinking drinks drive driven driver drivers drives
driveway driving drop dropped dropping drops drove drug drugs drum drummer drums drunk dry dual dubai dubbed
dublin duchess duchy duck dude dudley due duet dug duke dull duncan duo duration durham during dust dusty
dutch duties duty dvd dwarf dying dylan dynamic dynamics dynasty each eager eagle eagles ear earl earlier
earliest early earn earned earning ears earth earthquake ease eased easier easily east easter eastern easy
eat eaten eating ecclesiastical echo echoed ecole ecological economic economics economist economy ecuador
eddie eden edgar edge edges edinburgh edit edited editing edition editions editor editorial editors edmonton
edmund eds educated education educational educator edward edwards edwin effect effective effectively
effectiveness effects efficiency efficient effort efforts egg eggs egypt egyptian eight eighteen eighth
eighty either elaborate elbow elder elderly eldest eleanor elect elected election elections electoral
electric electrical electricity electron electronic electronics elegant element elementary elements elena
elephant elevated elevation elevator eleven eleventh eli eligibility eligible eliminate eliminated
elimination elite elizabeth ella ellen ellie elliot elliott ellis else elsewhere elvis email embarked
embarrassed embassy embedded embrace emerge emerged emergency emerging emeritus emerson emi emigrated emily
emissions emma emmy emotion emotional emotions emperor emphasis empire employ employed employee employees
employer employers employment empress empty enable enabled enabling enacted enclosed encoded encounter
encountered encounters encourage encouraged encouraging encyclopedia end endangered ended endemic ending
endless endorsed ends enemies enemy energy enforcement engage engaged engagement engaging engine engineer
engineering engineers engines england english enhance enhanced enjoy enjoyed enjoying enlarged enlisted
enormous enough enrolled enrollment ensemble ensure ensuring enter entered entering enterprise enterprises
enters entertainment enthusiasm entire entirely entities entitled entity entrance entrepreneur entries entry
envelope environment environmental environments enzyme epic episcopal episode episodes equal equality
equally equation equations equipment equipped equity equivalent era erected eric erik erin ernest ernst
error errors erupted escape escaped escort especially espn essay essays essence essential essentially essex
est establish established establishing establishment estate estates estimate estimated estimates estonia
estonian etc eternal eternity ethan ethics ethiopia ethnic eugene euro europa europe european eurovision eva
evaluation evan evangelical evans eve even evening event events eventual eventually ever every everybody
everyday everyone everything everywhere evidence evident evil evolution evolved exact exactly exam
examination examine examined example examples excellence excellent except exception exceptional exceptions
excess excessive exchange exchanged excited excitement exciting exclaimed excluded exclusive exclusively
excuse executed execution executive executives exempt exercise exercises exhausted exhibit exhibited
exhibition exhibitions exhibits exile exist existed existence existing exists exit exotic expand expanded
expanding expansion expect expectations expected expecting expedition expelled expense expenses expensive
experience experienced experiences experiment experimental experiments expert expertise experts explain
explained explaining explains explanation explicitly exploded exploration explore explored explorer
exploring explosion explosive export exposed exposure express expressed expression expressions expressway
extend extended extending extends extension extensive extensively extent exterior external extinct extra
extraordinary extreme extremely eye eyebrow eyebrows eyed eyes fabric facade face facebook faced faces
facilitate facilities facility facing fact faction factor factories factors factory facts faculty faded fail
failed failing fails failure faint fair fairly fairy faith faithful fake falcon fall fallen falling falls
false fame familiar families family famous fan fancy fangs fans fantastic fantasy far farm farmer farmers
farming farms farther fashion fast faster fastest fat fatal fate father fathers fault favor favorable
favored favorite favour favourite fbi fear feared fears feast feat feathers feature featured features
featuring february fed federal federation fee feed feedback feeding feel feeling feelings feels fees feet
felix fell fellow fellowship felt female females feminine feminist fence ferdinand ferguson fernandez
fernando ferry festival festivals fever few fewer fiber fiction fictional field fields fierce fifa fifteen
fifth fifty fight fighter fighters fighting fights figure figured figures fiji file filed files filipino
fill filled filling film filmed filming filmmaker films filter fin final finale finalist finally finals
finance financial financing find finding findings finds fine finest finger fingers fingertips finish
finished finishes finishing finite finland finn finnish fire fired fires firing firm firmly firms first
fiscal fish fisher fishing fist fists fit fitness fitted fitting fitzgerald five fix fixed flag flags
flagship flame flames flank flash flashed flashing flat fled flee fleet flesh fletcher flew flexible flies
flight flights flip flipped floating flood flooded flooding floor floors flora florence florida flow flower
flowering flowers flowing flown flows floyd fluid flute fly flying focus focused focuses focusing fog fold
folded folk folks follow followed followers following follows food foods fool foot footage football
footballer footsteps for forbes forbidden force forced forces forcing ford forehead foreign forest forests
forever forget forgive forgot forgotten fork form formal formally format formation formats formed former
formerly forming forms formula fort forth fortress fortune forty forum forward fossil fossils foster fought
foul found foundation foundations founded founder founders founding fountain four fourteen fourth fox
fragments frame framed frames framework france frances francesco franchise francis francisco franco francois
frank frankfurt franklin franz fraser fraud freak fred frederick free freed freedom freely freeman freestyle
freeway freight french frequency frequent frequently fresh freshman freshwater freyja friday friedrich
friend friendly friends friendship frightened frog from front frontier frost frown frowned froze frozen
fruit fruits frustrated frustration fuck fucking fuel full fuller fully fun function functional functioning
functions fund fundamental funded funding funds funeral funk funny fur furious furniture further furthermore
fury fusion future gabriel gaelic gage gain gained gaining gains galaxy galleries gallery gambling game
gameplay games gaming gandhi gang gap garage garcia garden gardens gardner garion garrett garrison gary gas
gasp gasped gastropod gate gates gateway gather gathered gathering gauge gave gavin gay gaze gazed gazette
gear gen gender gene genera general generally generals generate generated generating generation generations
generic generous genes genesis genetic geneva genius genre genres gentle gentleman gentlemen gently genuine
genus geoffrey geographic geographical geography geological geometry georg george georges georgia georgian
gerald gerard german germans germany gesture gestured get gets getting ghana ghost ghosts giant giants
gibraltar gibson gideon gift gifts gilbert gill giovanni girl girlfriend girls giuseppe give given gives
giving glacier glad glance glanced glancing glare glared glasgow glass glasses glen glenn glimpse global
globe gloria glory gloves glow glowing gmina goal goalkeeper goals god goddess gods goes going gold golden
golf gone gonna gonzalez good goodbye goods google gordon gorgeous gospel got gothic gotta gotten governance
governed governing government governmental governments governor governors gown grab grabbed grabbing grace
grade grades gradually graduate graduated graduates graduating graduation graham grain grammar grammy gran
grand grande grandfather grandmother grandson granite grant granted grants graph graphic graphics grasp
grass grateful grave gravel graves gravity gray great greater greatest greatly greece greek green greene
greeted greg gregory grew grey grid grief griffin grim grin grinned grinning grip gripped groaned gross
ground grounds group groups grove grow growing growled grown grows growth guarantee guaranteed guard
guardian guards guatemala guess guessed guest guests guidance guide guided guidelines guides guild guilt
guilty guinea guitar guitarist guitars gulf gun guns guru gus gut guy guys gwen gym gymnasium habit habitat
habitats had hadn hair haired hal half halfway halifax hall halls hallway halt halted ham hamburg hamilton
hamlet hammer hammond hampshire hampton han hand handball handed handful handle handled handling hands
handsome hang hanging hank hanna hannah hans happen happened happening happens happily happiness happy
harbor harbour hard harder hardly hardware hardy harm harmony harold harper harris harrison harry harsh hart
harvard harvest harvey has hasn hastings hat hatch hate hated hatred haunted have haven having hawaii
hawaiian hawk hawks hay hayes head headed heading headquartered headquarters heads heal healing health
healthcare healthy hear heard hearing heart heartbeat hearts heat heated heath heather heating heaven
heavier heavily heavy heavyweight hebrew hectares hector heel heels height heights heinrich heir held helen
helena helicopter helicopters hell hello helmet help helped helping helps helsinki hence henderson henri
henry her herald herbert here heritage herman hermann hero heroes hers herself herzegovina hesitated hey hid
hidden hide hiding hierarchy high higher highest highland highlands highlighted highlights highly highway
highways hill hills him himself hindi hindu hint hip hips hire hired his hispanic hissed historian
historians historic historical historically history hit hitler hits hitting hiv hms hockey hold holden
holder holding holdings holds hole holes holiday holidays holland hollow holly hollywood holmes holocaust
holt holy home homeland homeless homer homes hometown hon honda honest honestly honey hong honor honorary
honored honors honour honours hood hook hop hope hoped hopefully hopes hoping hopkins horizon horizontal
horn horns horrible horror horse horses hospital hospitals host hosted hostile hosting hosts hot hotel
hotels hour hours house housed household householder households houses housing houston how howard however
http hub hudson hug huge hugged hugh hughes hugo huh hull human humanitarian humanities humanity humans
humor hundred hundreds hung hungarian hungary hunger hungry hunt hunter hunters hunting hurling hurricane
hurried hurry hurt hurting husband hut hybrid hyde hydrogen hypothesis ian iata ibm ibn ice iceland icon
idaho idea ideal ideas identical identification identified identify identifying identity idiot idol ignore
ignored ignoring iii ill illegal illinois illness illusion illustrated illustrations image images
imagination imagine imagined imaging immediate immediately immigrant immigrants immigration immortal immune
impact imperial implement implementation implemented import importance important imported imposed impossible
impressed impression impressive imprisoned imprisonment improve improved improvement improvements improving
inaugural inaugurated inc inception inch inches incident incidents include included includes including
inclusion income incorporated incorporates increase increased increases increasing increasingly incredible
incredibly incumbent indeed independence independent independently index india indian indiana indianapolis
indians indicate indicated indicates indicating indication indie indies indigenous individual individuals
indo indonesia indonesian indoor induced inducted industrial industries industry infant infantry infected
infection infinite influence influenced influences influential inform informal information informed
infrastructure inhabitants inhabited inherited initial initially initiated initiative initiatives injured
injuries injury ink inland inn inner innings innocence innocent innovation innovative input inquiry insane
inscription insects inside insight insisted inspection inspector inspiration inspired installation installed
instance instances instant instantly instead institute institution institutional institutions instructed
instruction instructions instructor instrument instrumental instruments insurance intact integral integrated
integration integrity intellectual intelligence intelligent intended intense intensity intensive intent
intention intentions inter interact interaction interactions interactive interchange interest interested
interesting interests interface interference interim interior intermediate internal international
internationally internet interpretation interpreted interrupted intersection interstate intervention
interview interviewed interviews intimate into introduce introduced introducing introduction invaded
invasion invented invention inventor inventory invested investigate investigated investigating investigation
investigations investment investments investors invisible invitation invited involve involved involvement
involves involving ion iowa ira iran iranian iraq iraqi ireland iris irish iron irregular irrigation irving
isaac isabel isabella isbn islam islamic island islander islands isle isn iso isolated isolation israel
israeli issue issued issues istanbul italian italy item items its itself itunes itv ivan ivory ivy jace jack
jacket jackie jackson jacob jacques jade jail jake jam jamaica james jamie jan jane janeiro janet january
japan japanese jared jason java jaw jay jazz jealous jean jeans jeff jefferson jeffrey jenkins jennifer
jenny jeremy jerk jerked jerome jerry jersey jerusalem jess jesse jessica jessie jesus jet jets jewelry
jewish jews jill jim jimmy jin joan job jobs joe joel joey johann johannes john johnny johns johnson
johnston join joined joining joins joint jointly joke jon jonas jonathan jones jordan jorge jose joseph josh
joshua journal journalism journalist journalists journals journey joy joyce juan jude judge judges judgment
judicial judy juice jules julia julian julie julius july jump jumped jumping jun junction june jung jungle
junior jurisdiction jury just justice justin juvenile kai kane kansas karen karl karnataka kat kate
katherine katie kay kazakhstan keen keep keeper keeping keeps keith kelly ken kennedy kenneth kenny kent
kentucky kenya kept kerala kerry kevin key keyboard keyboards keys khan kick kicked kicking kid kidding
kidnapped kids kiev kill killed killer killing kills kilometers kilometres kim kin kind kindergarten kinds
king kingdom kingdoms kings kingston kirk kiss kissed kisses kissing kit kitchen klein knee knees knew knife
knight knights knock knocked knocking knockout knot knots know knowing knowledge known knows knox kong korea
korean kosovo krishna kumar kurt kyle kylie
`;

/** Words that are never taken for a typing error, A to K. */
export const COMMON_WORDS_A_K: readonly string[] = WORDS.trim().split(/\s+/);
